import { describe, expect, it } from '@jest/globals';
import { Questions } from '../../src/cluster/questions.ts';
import { standStill } from '../support/standstill.ts';

describe('a question to a worker', () => {
  it('has its answer, or none in time, once', async () => {
    const questions = new Questions<string>(30);
    const ids: number[] = [];
    const asked = [1, 2].map(() => questions.ask((id) => ids.push(id)));
    questions.answer(ids[1] ?? 0, 'second');
    questions.answer(ids[1] ?? 0, 'again');
    expect(await Promise.all(asked)).toEqual([null, 'second']);
    questions.answer(ids[0] ?? 0, 'late');
  });

  it('has its answer that came while the primary stood still', async () => {
    const questions = new Questions<string>(30);
    let asked = 0;
    const begin = () =>
      questions.ask((id) => {
        asked = id;
      });
    expect(await standStill(200, begin, () => questions.answer(asked, 'answer'))).toBe('answer');
  });

  it('has none once the worker is gone', async () => {
    const questions = new Questions<string>(60_000);
    const asked = questions.ask(() => {});
    questions.close();
    expect(await asked).toBeNull();
  });
});
