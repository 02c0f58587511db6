export { DeliveryWorker } from './delivery/delivery-worker.js';
export { SnsModule } from './sns.module.js';
export { sns } from './sns.operations.js';
