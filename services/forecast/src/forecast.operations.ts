import { defineUnstartedService } from '@lantern/aws-protocol';
import { ForecastApi } from './api/index.js';
import { ForecastqueryApi } from './api/query/index.js';

const reason = 'forecasting models come after the training engine';

export const forecast = defineUnstartedService(ForecastApi, reason);
export const forecastquery = defineUnstartedService(ForecastqueryApi, reason);
