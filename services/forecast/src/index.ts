export { forecast, forecastquery } from './forecast.operations.js';
