/** Calls of JMAP methods with arguments of any shape: those that their kind of method reads, wrong in every way and nearly right. */
import fc from 'fast-check'
import type { Method } from '@bulkhead/front/jmap/method.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'

/** Values that are nearly right, so that arguments get past the first check. */
const texts = fc.constantFrom('', 'x', '#x', '0', '1', 'inbox', '$seen', 'id', 'subject', 'singleton', '2026-01-01T00:00:00Z', '漢字', 'a@b.example', 'text/plain', 'text', 'default')
const someValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }), texts, fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 2 ** 53 - 1), fc.array(texts, { maxLength: 3 }),
  fc.dictionary(texts, fc.constantFrom<unknown>(true, null, 'x')),
)
const list = fc.array(fc.constantFrom('x', '0', 'id', 'name', 'subject', 'singleton', 'default'), { maxLength: 3 })
const conditions = fc.dictionary(
  fc.constantFrom('inMailbox', 'inMailboxOtherThan', 'before', 'minSize', 'hasKeyword', 'hasAttachment', 'text', 'from', 'subject', 'header', 'role', 'name', 'parentId', 'uid', 'email', 'type'),
  someValue, { maxKeys: 2 },
)
const filters = fc.oneof(conditions, fc.record({ operator: fc.constantFrom('AND', 'OR', 'NOT', 'XOR'), conditions: fc.array(conditions, { maxLength: 3 }) }), someValue)
const objects = fc.dictionary(
  fc.constantFrom(
    'name', 'parentId', 'role', 'sortOrder', 'isSubscribed', 'mailboxIds', 'keywords', 'keywords/$seen', 'from', 'to', 'subject', 'sentAt', 'textBody', 'htmlBody',
    'attachments', 'bodyStructure', 'bodyValues', 'header:X-A:asText', 'emailId', 'identityId', 'envelope', 'email', 'replyTo', 'isEnabled', 'fromDate', 'textSignature',
    'url', 'types', 'data', 'type', 'blobId', 'content', 'value', 'addressBookIds', 'version', 'emails', '@type', 'undoStatus', 'isActive', 'deviceClientId', 'expires',
  ),
  someValue, { maxKeys: 5 },
)
const named = fc.dictionary(fc.constantFrom('a', 'singleton', '#a', 'x'), objects, { maxKeys: 2 })
const states = fc.constantFrom('0', '1', '3', '999999', 'x', '')
const shapes: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  get: { ids: fc.oneof(list, fc.constant(null)), properties: list, offset: someValue, fetchTextBodyValues: someValue, bodyProperties: list },
  changes: { sinceState: states, maxChanges: someValue },
  query: { filter: filters, sort: fc.array(fc.record({ property: fc.oneof(texts, fc.constantFrom('receivedAt', 'size', 'name')), isAscending: fc.boolean() }), { maxLength: 2 }), position: someValue, anchor: texts, limit: someValue, calculateTotal: fc.boolean(), collapseThreads: fc.boolean() },
  queryChanges: { sinceQueryState: states, filter: filters, upToId: texts, calculateTotal: fc.boolean() },
  set: { create: named, update: named, destroy: list, onSuccessUpdateEmail: named, onSuccessActivateScript: texts },
  other: { create: named, fromAccountId: texts, emails: named, blobIds: list, ids: list, typeNames: list, filter: filters, emailIds: list, blobId: texts, identityId: texts, send: named },
}
const argumentsOf = (name: string): fc.Arbitrary<Record<string, unknown>> => {
  const verb = name.slice(name.indexOf('/') + 1)
  return fc.record(shapes[verb] ?? shapes['other'] ?? {}, { requiredKeys: verb === 'changes' ? ['sinceState'] : verb === 'queryChanges' ? ['sinceQueryState'] : [] })
}

const callsPerRequest = 40

/** The same ones each time. */
export const hostileRequests = (methods: readonly Pick<Method, 'name' | 'accountless'>[], accountId: string, count: number) => {
  const anyCall = fc.constantFrom(...methods).chain(({ name, accountless }) =>
    argumentsOf(name).map((args) => [name, (accountless === true ? args : { accountId, ...args }) as JsonObject] as const))
  return fc
    .sample(fc.array(anyCall, { minLength: callsPerRequest, maxLength: callsPerRequest }), { numRuns: count, seed: 20_261_121 })
    .map((calls) => calls.map(([name, args], at) => [name, args, String(at)] as const))
}
