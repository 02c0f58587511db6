import { S3CompatibleObjectStore } from '@lantern/store/s3-compatible';
import { describeObjectStore } from '@lantern/store/conformance';
import { openDatabase } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { startSuite } from '../../support/suite.js';

// One suite keeps its objects on another: the client of S3 servers and the S3 service prove each other, over real HTTP.
describeObjectStore('S3CompatibleObjectStore on a suite', async () => {
  const suite = await startSuite('compatible-store');
  const folder = await temporaryFolder('compatible-store-records');
  const database = await openDatabase({ dataDir: folder.path });
  const { accessKeyId, secretAccessKey } = suite.credentials;
  const settings = {
    endpoint: suite.url,
    region: 'eu-central-1',
    accessKeyId,
    secretAccessKey,
    bucketPrefix: 'lantern-',
  };
  const store = new S3CompatibleObjectStore(settings, database.kysely);
  return {
    store,
    close: async () => {
      await store.close();
      await suite.close();
      await database.close();
      await folder.remove();
    },
  };
});
