import { bucketsLife } from './life/buckets.ts';
import { startLabStage } from './life/lab-stage.ts';

bucketsLife('on the lab’s API', startLabStage);
