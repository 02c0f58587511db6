export { ConfigurationError, parseConfig, settings, type Config, type Setting } from './config.js';
export { startLantern, type Lantern, type StartOptions } from './lantern.js';
export { mountedServices } from './services.js';
