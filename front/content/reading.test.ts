/** A message as its reader gets it: the view, its document, its files, and what a stranger gets instead. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { encodeNoticeSeal, newNoticeKeyPair, noticeDigest, noticeSigner } from '@bulkhead/mail/reading/official.ts'
import { noticeMessage } from '@bulkhead/mail/reading/notice-message.ts'
import { hostName, judged, methods, noticeKeys, readingRoom } from './testing/reading-room.ts'

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

const head = 'From: Bob <bob@shop.example>\r\nTo: alice@one.example\r\nSubject: =?UTF-8?B?44GK55+l44KJ44Gb?=\r\nDate: Sat, 21 Nov 2026 18:00:00 +0900\r\nMIME-Version: 1.0\r\n'

const html = (body: string, before = ''): string => `${before}${head}Content-Type: text/html; charset=utf-8\r\n\r\n${body}`

const mixed = `${head}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\n` +
  `Content-Type: text/html; charset=utf-8\r\n\r\n<p>Logo <img src="cid:logo@x"><img src="https://far.example/p.png"><script>alert(1)</script></p>\r\n--r\r\n` +
  `Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n${png.toString('base64')}\r\n--r--\r\n--m\r\n` +
  `Content-Type: application/pdf; name="../../x\u202efdp.exe"\r\nContent-Disposition: attachment; filename*=UTF-8''%E8%AB%8B%E6%B1%82%E2%80%AEfdp.exe\r\n` +
  `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from('0123456789'.repeat(50)).toString('base64')}\r\n--m\r\n` +
  'Content-Type: text/html\r\nContent-Disposition: attachment; filename=page.html\r\n\r\n<script>alert(1)</script>\r\n--m--\r\n'

test('HTML comes as a document of its own: its images and files too, each with headers that let nothing run', async () => {
  await using room = await readingRoom()
  const view = await room.view(await room.file(mixed))
  assert.equal(view.subject, 'お知らせ')
  assert.ok(view.body.is === 'html')
  assert.equal(view.body.remoteImages, 1)
  assert.equal(view.body.imagesShown, false)
  const document = await room.get(view.body.url)
  const policy = document.headers.get('content-security-policy') ?? ''
  assert.match(policy, /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; .*script-src 'none'/)
  assert.match(policy, new RegExp(`img-src ${room.session.contentOrigin} data:`))
  assert.equal(document.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(document.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(document.headers.get('set-cookie'), null)
  const text = await document.text()
  assert.match(text, /<meta name="responsive-embedded-sizing" content="allow-origins=https?:\/\/[^" ]+">/, 'only the page learns its height')
  assert.doesNotMatch(text, /<script|far\.example/)
  const image = /<img src="([^"]+)"/.exec(text)?.[1] ?? ''
  const shown = await room.get(image)
  assert.equal(shown.headers.get('content-type'), 'image/png')
  assert.deepEqual(Buffer.from(await shown.arrayBuffer()), png)

  const [logo, pdf, page] = view.attachments
  assert.equal(logo?.inline, true)
  assert.equal(pdf?.name, '請求fdp.exe')
  assert.equal(pdf.deceptive, true)
  assert.deepEqual(view.warnings.find(({ kind }) => kind === 'deceptiveAttachment')?.facts, ['請求fdp.exe'])
  const saved = await room.get(pdf.url)
  assert.equal(saved.headers.get('content-disposition'), "attachment; filename=\"__fdp.exe\"; filename*=UTF-8''%E8%AB%8B%E6%B1%82fdp.exe")
  assert.match(saved.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/)
  assert.equal((await saved.text()).length, 500)
  const piece = await room.get(pdf.url, { range: 'bytes=495-' })
  assert.equal(piece.status, 206)
  assert.equal(piece.headers.get('content-range'), 'bytes 495-499/500')
  assert.equal(await piece.text(), '56789')
  assert.equal((await room.get(pdf.url, { range: 'bytes=500-' })).status, 416)
  const other = await room.get(page?.url ?? '')
  assert.equal(other.headers.get('content-type'), 'application/octet-stream')
})

test('an attachment that calls itself an image and is none is not shown in place', async () => {
  await using room = await readingRoom()
  const view = await room.view(await room.file(`${head}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: image/png; name=x.png\r\n\r\n<svg onload=alert(1)>\r\n--m--\r\n`))
  assert.equal((await room.get(view.attachments[0]?.previewUrl ?? '')).status, 404)
})

test('all attachments come in one archive that an unzip reads', async () => {
  await using room = await readingRoom()
  const view = await room.view(await room.file(mixed))
  const archive = Buffer.from(await (await room.get(view.allAttachmentsUrl ?? '')).arrayBuffer())
  const folder = mkdtempSync(join(tmpdir(), 'zip-'))
  try {
    writeFileSync(join(folder, 'x.zip'), archive)
    const read = 'import zipfile,sys,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps([[i.filename,i.file_size] for i in z.infolist()]))'
    const listed: [string, number][] = JSON.parse(execFileSync('python3', ['-c', read, join(folder, 'x.zip')], { encoding: 'utf8' }))
    assert.deepEqual(listed, [['part-1.2.png', png.length], ['請求fdp.exe', 500], ['page.html', 25]])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an address opens nothing when it is forged, of another session, or the session is over', async () => {
  await using room = await readingRoom()
  await using neighbour = await readingRoom()
  const view = await room.view(await room.file(html('<p>x</p>')))
  assert.ok(view.body.is === 'html')
  const { url } = view.body
  assert.equal((await room.get(url)).status, 200)
  for (const forged of [`${url}A`, url.slice(0, -1), `${room.session.contentBase}/${'A'.repeat(100)}`, `${room.session.contentBase}/../..`, url.replace(room.session.contentOrigin, neighbour.session.contentOrigin)]) {
    assert.notEqual((await room.get(forged)).status, 200, forged.slice(0, 60))
  }
  const flipped = `${url.slice(0, -20)}${url.at(-20) === 'A' ? 'B' : 'A'}${url.slice(-19)}`
  assert.equal((await room.get(flipped)).status, 410)
  room.end()
  assert.equal((await room.get(url)).status, 410)
})

test('remote images are asked for through the scout, when they are wanted', async () => {
  const asked: string[] = []
  const scout = {
    async ask(verb: string, { url, asker }: { url: string; asker: string }) {
      asked.push(`${verb} ${url} ${asker.slice(0, 2)}`)
      return url.endsWith('bad.png') ? { is: 'refused', refusal: 'notPublic' } : { is: 'answered', answer: { type: 'image/png', sizeBytes: png.length, body: png.toString('base64'), rest: null } }
    },
  } as unknown as Door<ScoutVerbs>
  await using room = await readingRoom({ scout })
  const id = await room.file(html('<img src="https://far.example/p.png"><img src="http://10.0.0.1/bad.png">'))
  const off = await room.view(id)
  assert.ok(off.body.is === 'html' && !off.body.imagesShown)
  assert.doesNotMatch(await (await room.get(off.body.url)).text(), /<img src/)
  const on = await room.view(id, { images: true })
  assert.ok(on.body.is === 'html' && on.body.imagesShown && on.body.remoteImages === 2)
  const far = await room.file(html(`<img src="https://far.example/${'x'.repeat(2_670)}"><img src="https://far.example/${'y'.repeat(3_000)}">`))
  const long = await room.view(far, { images: true })
  assert.ok(long.body.is === 'html' && long.body.remoteImages === 2)
  const addresses = [...(await (await room.get(long.body.url)).text()).matchAll(/<img src="([^"]+)"/g)].map(([, source = '']) => new URL(source).pathname)
  assert.equal(addresses.length, 1)
  assert.ok((addresses[0]?.length ?? 0) < 4_000)
  assert.equal((await room.get(`${room.session.contentOrigin}${addresses[0]}`)).status, 200)
  asked.length = 0
  const [good = '', bad = ''] = [...(await (await room.get(on.body.url)).text()).matchAll(/<img src="([^"]+)"/g)].map(([, source]) => source)
  assert.deepEqual(Buffer.from(await (await room.get(good)).arrayBuffer()), png)
  assert.equal((await room.get(bad)).status, 502)
  assert.deepEqual(asked, ['fetchImage https://far.example/p.png p_', 'fetchImage http://10.0.0.1/bad.png p_'])
})

test('who vouches is told from our own results alone', async () => {
  await using room = await readingRoom()
  const state = async (before: string): Promise<string> => (await room.view(await room.file(html('<p>x</p>', before)))).verification.state
  assert.equal(await state(judged('spf=pass smtp.mailfrom=x@shop.example;\r\n\tdkim=pass header.d=shop.example;\r\n\tdmarc=pass header.from=shop.example')), 'verified')
  assert.equal(await state(judged('spf=fail smtp.mailfrom=x@y.example; dmarc=fail header.from=shop.example')), 'failed')
  assert.equal(await state(judged('dkim=pass header.d=mail.shop.example; dmarc=none header.from=shop.example')), 'partly')
  assert.equal(await state(judged('dkim=pass header.d=other.example; dmarc=none header.from=shop.example')), 'unknown')
  // Not ours, or not at its place.
  assert.equal(await state(`Authentication-Results: ${hostName}; dmarc=pass header.from=shop.example\r\n`), 'unknown')
  assert.equal(await state(`Received: from a by b\r\nAuthentication-Results: ${hostName}; dmarc=pass header.from=shop.example\r\n`), 'unknown')
  assert.equal(await state(judged('dmarc=fail header.from=shop.example').replaceAll(hostName, 'mx.evil.example')), 'unknown')
})

test('what looks like a fraud is said, the dangerous first', async () => {
  await using room = await readingRoom()
  const kinds = async (message: string): Promise<readonly string[]> => (await room.view(await room.file(message))).warnings.map(({ kind, level }) => `${level} ${kind}`)
  const pass = 'dmarc=pass header.from=shop.example'
  assert.deepEqual(await kinds(html('<a href="https://shop.example/x">www.shop.example</a> <a href="https://shop.example">report.pdf</a>', judged(pass))), [])
  assert.deepEqual(await kinds(html('<a href="https://evil.example/x">https://www.shop.example/login</a>', judged(pass))), ['caution linkTextElsewhere'])
  assert.deepEqual(await kinds(html('<a href="https://evil.example/x">www.shop.example</a>', judged('dmarc=fail header.from=shop.example'))), ['danger verificationFailed', 'danger linkTextElsewhere'])
  assert.deepEqual(await kinds(html('x').replace('From: Bob', 'From: "service@bank.example"')), ['danger nameHoldsOtherAddress'])
  assert.deepEqual(await kinds(`Reply-To: y@free.example\r\n${html('x')}`), ['caution replyToElsewhere'])
  assert.deepEqual(await kinds(html('x').replace('bob@shop.example', 'bob@xn--pypal-4ve.example')), ['danger mixedScripts'])
  assert.deepEqual(await kinds(html('x').replace('bob@shop.example', 'bob@0ne.example')), ['danger lookAlikeDomain'])
  assert.deepEqual(await kinds(html('x').replace('bob@shop.example', 'bob@on\u0435.example')), ['danger mixedScripts', 'danger lookAlikeDomain'])
  assert.deepEqual(await kinds(html('<a href="https://xn--pypal-4ve.example/">here</a>')), ['danger mixedScripts'])
  assert.deepEqual(await kinds(html('x', judged(pass, 'X-Virus-Flag: YES (Eicar)\r\nX-Spam-Flag: YES\r\n'))), ['danger virus', 'caution spam'])
  assert.deepEqual(await kinds(html('x', 'X-Virus-Flag: YES\r\n')), [])
})

test('a link that names one host and has another behind an @ is shown without the trick', async () => {
  await using room = await readingRoom()
  const { body } = await room.view(await room.file(html('<a href="https://www.bank.example@evil.example/">x</a>')))
  assert.ok(body.is === 'html')
  assert.match(await (await room.get(body.url)).text(), /href="https:\/\/evil\.example\/"/)
})

const signature = 'DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=k; h=from:list-unsubscribe:list-unsubscribe-post; bh=AAAA; b=abcdefgh1234\r\n'
const list = 'List-Unsubscribe: <mailto:leave@list.example?subject=bye>, <https://list.example/u?1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n'
const signed = 'dkim=pass header.d=list.example header.s=k header.b=abcdefgh'

test('one click is offered where a signature that holds covers both fields, and nowhere else', async () => {
  const posted: string[] = []
  let status = 200
  const scout = { ask: async (_: string, { url }: { url: string }) => (posted.push(url), { is: 'answered', answer: { status } }) } as unknown as Door<ScoutVerbs>
  await using room = await readingRoom({ scout })
  const good = await room.file(html('x', judged(signed, signature + list)))
  assert.deepEqual((await room.view(good)).unsubscribe, {
    oneClickHost: 'list.example', mailto: { to: 'leave@list.example', subject: 'bye', body: '' }, url: 'https://list.example/u?1', listId: null,
  })
  assert.equal((await room.call(methods.unsubscribeSend, { emailId: good }))['outcome'], 'done')
  assert.deepEqual(posted.splice(1), [])
  for (const [answered, outcome] of [[302, 'unclear'], [404, 'failed'], [500, 'failed'], [204, 'done']] as const) {
    status = answered
    const said = await room.call(methods.unsubscribeSend, { emailId: good })
    assert.deepEqual([said['outcome'], said['status']], [outcome, answered])
  }
  assert.equal(posted.length, 5)
  const doubtful = [
    html('x', judged(signed, list)), html('x', judged('dkim=fail header.d=list.example header.b=abcdefgh', signature + list)),
    html('x', judged(signed, signature.replace(':list-unsubscribe-post', '') + list)), html('x', judged(signed, signature.replace('abcdefgh', 'zzzzzzzz') + list)),
    html('x', judged(signed, signature.replace('d=list', 'd=other') + list)), html('x', judged(signed, `${signature}List-Unsubscribe: <https://evil.example/>\r\n${list}`)),
    html('x', signature + list), html('x', judged(signed, signature + list.replace('https:', 'http:'))),
  ]
  for (const message of doubtful) {
    const id = await room.file(message)
    assert.equal((await room.view(id)).unsubscribe?.oneClickHost, null, message.slice(0, 500))
    assert.equal((await room.call(methods.unsubscribeSend, { emailId: id }))['outcome'], 'byHand')
  }
  assert.equal(posted.length, 5, 'and nobody else is told')
})

test('an official notice is what the desk signed for this person and intake put there; a copy of it is none', async () => {
  await using room = await readingRoom()
  const { account } = room.session
  const from = { name: 'Provider', email: 'notice@one.example' }
  const notice = noticeMessage({ id: 'n-1', from, subject: 'メンテナンスのお知らせ', text: '停止します。\n', language: 'ja', atMs: Date.UTC(2026, 10, 21) })
  const sign = noticeSigner(noticeKeys.privateKey)
  const digest = noticeDigest(notice)
  const isOfficial = async (message: Buffer, seal: Buffer | null): Promise<readonly [boolean, number]> => {
    const id = await room.file(message)
    if (seal !== null) await account.setObjects([{ kind: 'notice', id: messageOfEmail(id) ?? '', value: seal }])
    const { list } = await room.call(methods.officialNoticeGet, { ids: [id] })
    return [(await room.view(id)).official, (list as readonly unknown[]).length]
  }
  const own = encodeNoticeSeal(sign(account.account, digest))
  assert.deepEqual(await isOfficial(notice, own), [true, 1])
  assert.deepEqual(await isOfficial(notice, null), [false, 0], 'the same bytes by APPEND')
  const altered = Buffer.from(notice.toString('latin1').replace('Provider', 'Provider!'), 'latin1')
  assert.deepEqual(await isOfficial(altered, own), [false, 1], 'other bytes under a seal that was seen')
  assert.deepEqual(await isOfficial(notice, encodeNoticeSeal(sign(newAccountHandle(), digest))), [false, 0], 'of somebody else')
  const elsewhere = noticeSigner(newNoticeKeyPair().privateKey)
  assert.deepEqual(await isOfficial(notice, encodeNoticeSeal(elsewhere(account.account, digest))), [false, 0], 'of another provider')
  assert.deepEqual(await isOfficial(notice, own.subarray(1)), [false, 0])
})

test('text is segments: links, quotes by depth, flowed lines joined; and the charset is what the person says', async () => {
  await using room = await readingRoom()
  const flowed = `${head}Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nSee \r\nhttps://x.example/a_(b). Or www.y.example、です\r\n> old\r\n>> older\r\n`
  const { body } = await room.view(await room.file(flowed))
  assert.ok(body.is === 'text')
  assert.deepEqual(body.segments.filter(({ href }) => href !== null).map(({ text, href }) => [text, href]), [
    ['https://x.example/a_(b)', 'https://x.example/a_(b)'], ['www.y.example', 'http://www.y.example/'],
  ])
  assert.deepEqual(body.segments.map(({ depth }) => depth).filter((depth, at, all) => all.indexOf(depth) === at), [0, 1, 2])
  assert.equal(body.hasQuote, true)
  const sjis = Buffer.concat([Buffer.from(`${head}Content-Type: text/plain; charset=utf-8\r\n\r\n`), Buffer.from([0x93, 0xfa, 0x96, 0x7b])])
  const id = await room.file(sjis)
  const auto = await room.view(id)
  assert.ok(auto.body.is === 'text')
  assert.equal(auto.body.segments[0]?.text.trim(), '日本')
  assert.deepEqual(auto.charset, { used: 'shift_jis', choice: 'auto' })
  const chosen = await room.view(id, { charset: 'euc-jp' })
  assert.ok(chosen.body.is === 'text')
  assert.notEqual(chosen.body.segments[0]?.text.trim(), '日本')
  assert.deepEqual(chosen.charset, { used: 'euc-jp', choice: 'euc-jp' })
})

test('what is huge is bounded and says so', async () => {
  await using room = await readingRoom()
  const { body } = await room.view(await room.file(html('<p>'.repeat(32_000))))
  assert.ok(body.is === 'html' && body.truncated)
  const many = Array.from({ length: 5_000 }, (_, at) => `p${at}@x.example`).join(',\r\n ')
  const crowd = await room.view(await room.file(`To: ${many}\r\n${html('x').replace('To: alice@one.example\r\n', '')}`))
  assert.equal(crowd.to.length, 200)
  assert.ok(crowd.counts.to >= 4_000)
  const parts = await room.view(await room.file(`${head}Content-Type: multipart/mixed; boundary=m\r\n\r\n${'--m\r\n\r\nx\r\n'.repeat(9_000)}--m--\r\n`))
  assert.ok(parts.body.is === 'text' && parts.body.truncated)
})

test('a print document runs our one script by its digest; source and .eml are the very bytes', async () => {
  await using room = await readingRoom()
  const message = html('<p>Hello</p><script>alert(1)</script>')
  const view = await room.view(await room.file(message))
  const print = await room.get(view.printUrl)
  assert.match(print.headers.get('content-security-policy') ?? '', /^sandbox allow-scripts allow-modals; .*script-src 'sha256-[A-Za-z0-9+/]{43}='/)
  const text = await print.text()
  assert.equal(text.match(/<script/g)?.length, 1)
  assert.match(text, /<h1>お知らせ<\/h1>.*Bob/)
  const source = await room.get(view.sourceUrl)
  assert.equal(source.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.equal(await source.text(), message)
  const eml = await room.get(view.emlUrl)
  assert.match(eml.headers.get('content-disposition') ?? '', /^attachment; .*\.eml$/)
  assert.equal(await eml.text(), message)
})

test('an address in HTML leads to our own composer', async () => {
  await using room = await readingRoom()
  const { body } = await room.view(await room.file(html('<a href="mailto:bob@x.example?subject=Hi%20there">Bob</a>')))
  assert.ok(body.is === 'html')
  assert.ok((await (await room.get(body.url)).text()).includes(`href="${room.session.origin}/?mailto=mailto%3Abob%40x.example%3Fsubject%3DHi%2520there"`))
})

test('blobs of messages have addresses, others none', async () => {
  await using room = await readingRoom()
  const id = await room.file(html('<p>x</p>'))
  const message = `B${id.replaceAll('-', '')}`
  const blobs = [
    { blobId: message, name: 'a\u202etxt.exe', type: 'message/rfc822' }, { blobId: `${message}-0-4-n`, name: '../x', type: 'text/html' },
    { blobId: message.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')), name: 'x', type: 'x/y' }, { blobId: 'Uabc', name: 'x', type: 'x/y' },
  ]
  const issued = (await room.call(methods.contentIssue, { blobs }))['issued'] as readonly (string | null)[]
  assert.deepEqual(issued.map((url) => url !== null), [true, true, false, false])
  const part = await room.get(issued[1] ?? '')
  assert.equal(part.headers.get('content-type'), 'application/octet-stream')
  assert.equal(await part.text(), 'From')
})

test('an answer gets the text as safe HTML and as words', async () => {
  await using room = await readingRoom()
  const { quote } = await room.view(await room.file(html('<p>Hello <b onclick=x>you</b></p>')), { quote: true })
  assert.match(quote?.html ?? '', /<p>Hello <b>you<\/b><\/p>/)
  assert.match(quote?.text ?? '', /Hello you/)
})
