import assert from 'node:assert/strict'
import { test } from 'node:test'
import { convenienceProperties, headerProperty } from './header-property.ts'

test('a property names a field, a form and how many', () => {
  assert.deepEqual(headerProperty('header:Subject'), { name: 'Subject', field: 'subject', form: 'Raw', all: false })
  assert.deepEqual(headerProperty('header:Subject:all'), { name: 'Subject', field: 'subject', form: 'Raw', all: true })
  assert.deepEqual(headerProperty('header:X-Foo:asAddresses:all'), { name: 'X-Foo', field: 'x-foo', form: 'Addresses', all: true })
  for (const property of Object.values(convenienceProperties)) assert.ok(headerProperty(property), property)
})

test('forms that a field does not have, and names that are none, are refused', () => {
  for (const bad of [
    'header:', 'header::asText', 'header:From:asText', 'header:Subject:asAddresses', 'header:Subject:asText:all:all', 'header:Subject:all:asText',
    'header:Sub ject', 'header:Sub\r\nject', 'header:件名', 'header:Received:asDate', 'header:Subject:astext', 'subject', `header:${'x'.repeat(201)}`,
  ]) assert.equal(headerProperty(bad), undefined, bad)
})
