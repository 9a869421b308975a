import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserName, isBrowserName } from './browser-name.ts'

test('a browser is called by what people call it, in words of our own, whatever it calls itself', () => {
  const agents: Readonly<Record<string, string>> = {
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0': 'Edge, Windows',
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox, Linux',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1': 'Safari, iPhone',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36': 'Chrome, Android',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15': 'Safari, Mac',
    'Your account is locked. Call 0120-000-000 (Linux)': 'Linux',
    'Call 0120-000-000': '',
    [`${'x'.repeat(600)} Firefox/1`]: '',
  }
  for (const [agent, name] of Object.entries(agents)) {
    assert.equal(browserName(agent), name)
    assert.equal(isBrowserName(name), name !== '', name)
  }
  for (const text of ['call 0120-000-000', 'Firefox, call 0120-000-000', 'Firefox, Linux, Mac', 'Firefox\nLinux', '']) assert.equal(isBrowserName(text), false, text)
})
