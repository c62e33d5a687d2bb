import { suite, test } from 'mocha';
import { HOSTILE } from '../../support/hostile';

// With so much, a reader whose work grows faster than its input does not come to an end, or takes the process with it.
for (const [subject, cases] of Object.entries(HOSTILE)) {
  suite(`${subject} that are worst for their reader`, () => {
    for (const one of cases) {
      test(one.name, () => {
        one.make(one.large)();
      });
    }
  });
}
