/** udevadm: what udev's database would say of a block device. */
import { basename } from 'node:path/posix';
import { type BlockDevice, deviceByName, deviceByNumber } from '../world/devices.ts';
import { maybeFind } from '../world/files.ts';
import { linksTo } from '../world/links.ts';
import { signaturesOf, tableOf } from '../world/signatures.ts';
import type { World } from '../world/types.ts';
import { type Call, fail, getopt, ok, type Program, type Result } from './program.ts';

function run(args: readonly string[], { context }: Call): Result {
  const [verb, ...more] = args;
  if (verb === 'settle' || verb === 'trigger' || verb === 'control') return ok();
  if (verb !== 'info') return fail(`${verb ?? ''}: Unknown command. See "udevadm --help".`);
  const { values, rest } = getopt(more, { short: 'q:n:p:aex', long: { query: 'q:', name: 'n:', path: 'p:', export: 'x' } });
  const name = values.get('n') ?? rest[0] ?? values.get('p') ?? '';
  const found = maybeFind(context, name.startsWith('/') ? name : `/dev/${name}`);
  const device =
    found?.node.kind === 'block' ? deviceByNumber(context.world, found.node.device) : deviceByName(context.world, basename(name));
  if (!device) return fail(`Unknown device "${name}": No such device`);
  const properties = propertiesOf(context.world, device);
  switch (values.get('q')) {
    case 'property':
      return ok(properties.map((line) => `${line}\n`).join(''));
    case 'symlink':
      return ok(
        `${linksTo(context.world, device.kname)
          .map((link) => link.slice(5))
          .join(' ')}\n`,
      );
    case 'name':
      return ok(`${device.kname}\n`);
    case 'path':
      return ok(`${sysPath(device)}\n`);
    default:
      return ok(
        `P: ${sysPath(device)}\nN: ${device.kname}\n${linksTo(context.world, device.kname)
          .map((link) => `S: ${link.slice(5)}\n`)
          .join('')}${properties.map((line) => `E: ${line}\n`).join('')}\n`,
      );
  }
}

const sysPath = (device: BlockDevice): string =>
  `/devices/${device.mapped ? 'virtual/block' : `pci0000:3a/block${device.partition ? `/${device.disk?.kname}` : ''}`}/${device.kname}`;

function propertiesOf(world: World, device: BlockDevice): readonly string[] {
  const { disk, partition } = device;
  const [content, ...others] = signaturesOf(world, device);
  const [major, minor] = device.majMin.split(':');
  const scsi = disk?.bus === 'scsi' && disk.wwn !== null;
  const known: (readonly [string, string | null | undefined])[] = [
    ['DEVPATH', sysPath(device)],
    ['DEVNAME', `/dev/${device.kname}`],
    ['DEVTYPE', partition ? 'partition' : 'disk'],
    ['MAJOR', major],
    ['MINOR', minor],
    ['SUBSYSTEM', 'block'],
    // scsi_id takes the identity for the serial number and has that elsewhere; ata_id and nvme have it here.
    ['ID_SERIAL_SHORT', scsi ? disk?.wwn?.slice(2) : disk?.serial],
    ['ID_SCSI_SERIAL', scsi ? disk?.serial : null],
    ['ID_MODEL', disk?.model?.trim().replace(/\s+/g, '_')],
    ['ID_VENDOR', disk?.vendor?.trim()],
    ['ID_WWN', disk?.wwn?.slice(0, 18)],
    ['ID_WWN_WITH_EXTENSION', disk?.wwn],
    ['ID_BUS', disk?.bus],
    ['ID_PATH', disk?.path],
    ['ID_FS_VERSION', others.length === 0 ? content?.version : null],
    ['ID_FS_TYPE', others.length === 0 ? content?.type : null],
    ['ID_FS_UUID', others.length === 0 ? content?.uuid : null],
    ['ID_FS_LABEL', others.length === 0 ? content?.label : null],
    ['ID_FS_USAGE', others.length === 0 ? content?.usage : null],
    ['ID_PART_TABLE_TYPE', disk && !partition && content?.usage !== 'filesystem' ? tableOf(world, device)?.type : null],
    ['ID_PART_ENTRY_NAME', partition?.name],
    ['ID_PART_ENTRY_NUMBER', partition === undefined ? null : String(partition.number)],
    ['DM_NAME', device.mapped?.name],
    ['DM_UUID', device.mapped?.uuid],
    ['DEVLINKS', linksTo(world, device.kname).join(' ') || null],
  ];
  return known.flatMap(([name, value]) => (value === null || value === undefined ? [] : [`${name}=${value}`]));
}

export const udevadm: Program = { names: ['udevadm'], run };
