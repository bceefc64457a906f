import { drainedLife } from './life/drained.ts';
import { startLabStage } from './life/lab-stage.ts';

drainedLife('on the lab’s API', startLabStage);
