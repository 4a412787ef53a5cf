/** dos.yaml: addresses that are refused. */
import { isIPv4, isIPv6 } from 'node:net';
import type { DosRule } from '../../model/settings.ts';
import { applicationId } from '../app/name-shapes.ts';
import { list, matching, object, ruled } from '../shape/build.ts';
import type { ValueOf } from '../shape/shape.ts';

function subnetProblem(value: string): string | undefined {
  const [address = '', bits, more] = value.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : undefined;
  if (most === undefined) return 'must begin with a whole IPv4 or IPv6 address';
  if (bits === undefined) return undefined;
  if (!/^\d+$/.test(bits) || more !== undefined) return 'must have a whole number after the slash';
  return Number(bits) > most ? `must have at most ${most} after the slash` : undefined;
}

const subnet = ruled('a subnet', subnetProblem, {
  form: 'IPv4 or IPv6 address, with /BITS for a block of them',
  example: '192.0.2.0/24',
  strictness: 'strict',
});

const rule = object(
  'a dos entry',
  {
    subnet: { shape: subnet, isRequired: true, example: '192.0.2.0/24', docs: 'Address or block of addresses.' },
    description: {
      shape: matching('a description', /.{0,499}/, 'one line of at most 499 characters', { example: 'why' }),
      docs: 'Why.',
    },
  },
  {
    retired: {
      expiration: {
        severity: 'error',
        message: '"expiration" does not exist: entries hold until the file is uploaded without them.',
        hint: 'Delete it.',
      },
    },
  },
);

const mostEntries = 100;

export const dosShape = object('dos.yaml', {
  application: { shape: applicationId, docs: 'The application the entries are for; `-A` overrides it.' },
  blacklist: {
    shape: list(rule, { maximum: mostEntries, unique: { severity: 'warning', key: 'subnet', noun: 'Subnet' } }),
    docs: `The addresses, at most ${mostEntries} entries. An empty list refuses nobody.`,
  },
});

export function dosOf(values: ValueOf<typeof dosShape>): readonly DosRule[] {
  return (values.blacklist ?? []).flatMap(({ subnet: address, description }) =>
    address === undefined ? [] : [{ subnet: address, ...(description === undefined ? {} : { description }) }],
  );
}

export function dosData(rules: readonly DosRule[]): object {
  return {
    blacklist: rules.map(({ subnet: address, description }) => ({
      subnet: address,
      ...(description === undefined ? {} : { description }),
    })),
  };
}
