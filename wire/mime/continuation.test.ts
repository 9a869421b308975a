import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinedContinuations } from './continuation.ts'

const cases: readonly (readonly [claim: string, raw: string, joined: string])[] = [
  ['nothing to join', 'name=a size=3', 'name=a size=3'],
  ['plain pieces', 'url*0=ftp:// url*1=x size=3', 'url=ftp://x size=3'],
  ['encoded pieces', "name*0*=utf-8''%E5 name*1*=%B1%B1", "name*=utf-8''%E5%B1%B1"],
  ['a plain piece among encoded ones', "name*0*=utf-8''%E5 name*1=50% name*2=.pdf", "name*=utf-8''%E550%25.pdf"],
  ['pieces out of order', "name*1=b name*0=a", 'name=ab'],
  ['a piece missing', 'name*0=a name*2=c', 'name*0=a name*2=c'],
  ['a piece that comes twice', 'name*0=a name*0=b', 'name*0=a name*0=b'],
  ['one encoded value is whole already', "name*=utf-8''%E5 x=y", "name*=utf-8''%E5 x=y"],
]

const pairs = (text: string) => text.split(' ').map((pair): readonly [string, string] => {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1)]
})

for (const [claim, raw, joined] of cases) test(`continuations: ${claim}`, () => assert.deepEqual(joinedContinuations(pairs(raw)), pairs(joined)))
