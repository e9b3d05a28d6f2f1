import { array, assert, constantFrom, dictionary, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { aPod } from '../../../test/builders/pod.ts';
import { selects } from '../../model/labels.ts';
import { LabelIndex } from './label-index.ts';

const key = constantFrom('app', 'tier', 'constructor');
const value = constantFrom('a', 'b', '');
const labels = dictionary(key, value);
const requirement = record({ key, operator: constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'), values: array(value, { maxLength: 3 }) });

test('finds what asking every pod would find, in the order of the pods', () => {
  assert(
    property(array(labels, { maxLength: 12 }), array(array(requirement, { maxLength: 3 }), { maxLength: 3 }), (given, selectors) => {
      const pods = given.map((each, at) => aPod({ name: `p${at}`, labels: each }));
      const index = new LabelIndex(pods);
      for (const requirements of selectors) expect(index.selected({ requirements })).toEqual(pods.filter((pod) => selects({ requirements }, pod.labels)));
    }),
  );
});
