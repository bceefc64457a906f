import { startLabStage } from './life/lab-stage.ts';
import { loginsLife } from './life/logins.ts';

loginsLife('on the lab’s API', startLabStage);
