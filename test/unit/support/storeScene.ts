import { setup, teardown } from 'mocha';
import { ConfigStore } from '../../../src/store/configStore';
import { startTestFactory, type TestFactory } from './factory';

/** A Factory and a store of its configurations, new for each test. */
export interface StoreScene {
  readonly factory: TestFactory;
  store: ConfigStore;
}

/**
 * To be called in a suite.
 *
 * @returns what is there during a test
 */
export function storeScene(): StoreScene {
  let there: { factory: TestFactory; store: ConfigStore } | undefined;
  const scene = () => {
    if (there === undefined) {
      throw new Error('there is no test');
    }
    return there;
  };
  setup(async () => {
    const factory = await startTestFactory();
    there = { factory, store: new ConfigStore(factory.client) };
  });
  teardown(() => scene().factory.close());
  return {
    get factory() {
      return scene().factory;
    },
    get store() {
      return scene().store;
    },
    set store(store) {
      scene().store = store;
    },
  };
}
