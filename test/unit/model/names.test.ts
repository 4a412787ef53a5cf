/** Names of applications, modules and versions. */
import { describe, expect, it } from 'vitest';
import { applicationAccount, applicationHost } from '../../../src/model/host.ts';
import { applicationIdProblem, moduleNameProblem, versionNameProblem } from '../../../src/model/names.ts';

const longest = 'a'.repeat(63);

describe('names', () => {
  it.each(['a', '0', 'my-module', 'a--b', longest])('N1 N2 %s is one', (name) => {
    expect(moduleNameProblem(name)).toBeUndefined();
    expect(versionNameProblem(name)).toBeUndefined();
  });

  it.each(['', '-a', 'a-', 'A', 'a_b', 'a.b', `${longest}a`, 'ä', 'a\n'])('N1 N2 %j is none', (name) => {
    expect(moduleNameProblem(name)).toBeDefined();
    expect(versionNameProblem(name)).toBeDefined();
  });

  it.each(['default', 'latest', 'ah-builtin', 'a-dot-b'])('N2 %s is no version', (name) => {
    expect(versionNameProblem(name)).toBeDefined();
  });

  it.each([
    ['simple-sample', 'simple-sample', 'simple-sample'],
    ['s~shop', 'shop', 'shop'],
    ['example.com:shop', 'shop.example.com.a', 'shop.example.com'],
    ['s~example.com:shop', 'shop.example.com.a', 'shop.example.com'],
  ])('N3 %s has the host %s', (id, host, account) => {
    expect(applicationIdProblem(id)).toBeUndefined();
    expect(applicationHost(id)).toBe(host);
    expect(applicationAccount(id)).toBe(`${account}@appspot.gserviceaccount.com`);
  });

  it.each(['', '-a', 'Shop', 'a:b:c', 'a~b~c', 'a/b', '../a', 'a.b', 'a'.repeat(101)])('N3 %j is no id', (id) => {
    expect(applicationIdProblem(id)).toBeDefined();
  });
});
