/** A CONNECT proxy on the loopback that tells what it was asked for. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface Connect {
  readonly target: string;
  readonly headers: { readonly [name: string]: unknown };
}

/** `userAndPassword` ("user:password"): whoever does not send it is answered 407. */
export async function startConnectProxy(userAndPassword?: string) {
  const asked: Connect[] = [];
  const sockets = new Set<{ destroy(): unknown }>();
  const wanted = userAndPassword && `Basic ${Buffer.from(userAndPassword).toString('base64')}`;
  const server = createServer().on('connect', (request, socket) => {
    sockets.add(socket);
    asked.push({ target: request.url ?? '', headers: request.headers });
    if (wanted && request.headers['proxy-authorization'] !== wanted) {
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) {
      end.on('error', () => {
        onward.destroy();
        socket.destroy();
      });
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    asked,
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
