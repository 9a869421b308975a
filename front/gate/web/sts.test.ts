import assert from 'node:assert/strict'
import { connect as connectTls } from 'node:tls'
import { test } from 'node:test'
import { headBytesMax } from './request-rules.ts'
import { firstTls, house, secondTls, stsPolicyText } from '../testing/fakes.ts'

/** Says it, in pieces, and hears everything until the gate closes. */
const exchange = (port: number, ...pieces: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = ''
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const say = (at: number): void => {
        const piece = pieces[at]
        if (piece !== undefined && socket.writable) socket.write(piece, () => setImmediate(say, at + 1))
      }
      say(0)
    })
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
    })
    socket.on('close', () => resolve(heard))
    socket.on('error', reject)
  })

const get = (host: string, path = '/.well-known/mta-sts.txt', method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: MTA\r\nConnection: close\r\n\r\n`
const statusOf = (response: string): string => response.slice(0, 12)
const bodyOf = (response: string): string => response.slice(response.indexOf('\r\n\r\n') + 4)

test('the policy of the cell’s domains is served as plain text, in any pieces', async () => {
  await using gate = await house()
  const whole = await exchange(gate.ports.https, get('mta-sts.hikari.example'))
  assert.equal(statusOf(whole), 'HTTP/1.1 200')
  assert.match(whole, /\r\ncontent-type: text\/plain/)
  assert.match(whole, new RegExp(`\r\ncontent-length: ${stsPolicyText.length}\r\n`))
  assert.equal(bodyOf(whole), stsPolicyText)
  assert.equal(bodyOf(await exchange(gate.ports.https, ...get('MTA-STS.Hikari.Example:443'))), stsPolicyText)
  const head = await exchange(gate.ports.https, get('mta-sts.hikari.example', undefined, 'HEAD'))
  assert.deepEqual([statusOf(head), bodyOf(head)], ['HTTP/1.1 200', ''])
})

test('at a policy’s name nothing else is served: other domains, other paths, other methods', async () => {
  await using gate = await house()
  for (const host of ['mta-sts.other.example', 'mta-sts.', 'mta-sts.mta-sts.hikari.example']) {
    assert.match(statusOf(await exchange(gate.ports.https, get(host))), /404|421/, host)
  }
  for (const path of ['/', '/.well-known/', '/.well-known/mta-sts.txt/', '/.well-known/MTA-STS.txt', '/api/brand', '/jmap/api']) {
    assert.equal(statusOf(await exchange(gate.ports.https, get('mta-sts.hikari.example', path))), 'HTTP/1.1 404', path)
  }
  for (const path of ['/%2ewell-known/mta-sts.txt', '/../.well-known/mta-sts.txt', '//.well-known/mta-sts.txt']) {
    assert.equal(statusOf(await exchange(gate.ports.https, get('mta-sts.hikari.example', path))), 'HTTP/1.1 400', path)
  }
  for (const method of ['POST', 'PUT', 'TRACE', 'OPTIONS']) {
    assert.equal(statusOf(await exchange(gate.ports.https, get('mta-sts.hikari.example', undefined, method))), 'HTTP/1.1 405', method)
  }
})

test('what is no request, and one that never ends, is refused', async () => {
  await using gate = await house()
  const { https } = gate.ports
  assert.equal(statusOf(await exchange(https, 'EHLO mx.example\r\n\r\n')), 'HTTP/1.1 400')
  assert.equal(statusOf(await exchange(https, 'GET / HTTP/1.1\nHost: mta-sts.hikari.example\n\n')), 'HTTP/1.1 400')
  assert.equal(statusOf(await exchange(https, `GET / HTTP/1.1\r\nX: ${'y'.repeat(headBytesMax * 2)}`)), 'HTTP/1.1 431')
  assert.equal(gate.count('gate_https_requests_total{outcome="badRequest"}'), 3)
})

const certificateAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject?.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })

test('HTTPS may have a certificate of its own, which is renewed apart from the others', async () => {
  await using same = await house()
  assert.deepEqual([await certificateAt(same.ports.https), await certificateAt(same.ports.imaps)], ['first.example', 'first.example'])
  same.gate.renewTls(secondTls)
  assert.equal(await certificateAt(same.ports.https), 'second.example')
  await using own = await house({ httpsTls: secondTls })
  assert.deepEqual([await certificateAt(own.ports.https), await certificateAt(own.ports.imaps)], ['second.example', 'first.example'])
  own.gate.renewTls(secondTls)
  own.gate.renewHttpsTls(firstTls)
  assert.deepEqual([await certificateAt(own.ports.https), await certificateAt(own.ports.imaps)], ['first.example', 'second.example'])
})

test('who says nothing, or too slowly, is cut off', async () => {
  await using gate = await house({ policy: { webHeadMs: 300, webSilenceMs: 300 } })
  assert.match(await exchange(gate.ports.https), /^(?:HTTP\/1.1 408.*)?/)
  assert.match(await exchange(gate.ports.https, 'GET / HTTP/1.1\r\n'), /^(?:HTTP\/1.1 408.*)?/)
})
