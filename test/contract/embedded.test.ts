import { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import type { EngineRequest, StoreMessage } from '../../src/engine/embedded/messages.ts';
import { EmbeddedStore } from '../../src/engine/embedded/store.ts';
import { engineSuite } from './engine-suite.ts';
import type { EngineBackend, EngineSettings } from './world.ts';

engineSuite('the embedded engine', (settings) => Promise.resolve(open(settings)));

function open(settings: EngineSettings): EngineBackend {
  const store = new EmbeddedStore({ ...settings, maxBytes: 64 * 1024 * 1024 });
  return {
    engine: () => connect(store),
    close: () => {
      store.stop();
      return Promise.resolve();
    },
  };
}

/** As over the channel between two processes: later, in order, by value. */
function connect(store: EmbeddedStore): EmbeddedEngine {
  const connection = store.connect((message) => {
    const text = JSON.stringify(message);
    setImmediate(() => engine.receive(JSON.parse(text) as StoreMessage));
  });
  const engine = new EmbeddedEngine({
    send: (message) => {
      const text = JSON.stringify(message);
      setImmediate(() => connection.receive(JSON.parse(text) as EngineRequest));
      return true;
    },
  });
  return engine;
}
