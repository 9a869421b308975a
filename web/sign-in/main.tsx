/** The sign-in page: for whoever has no session here, of the brand whose name the browser is at. */
import { effect } from '@preact/signals'
import type { JSX } from 'preact'
import { brand, brandName, loadBrand, type BrandLink } from '../brand/brand.ts'
import { language } from '../kit/language.ts'
import { chosenLanguage } from '../kit/look.ts'
import { startPage } from '../kit/page.tsx'
import { loadSession, resumeSession } from '../session/session.ts'
import './main.css'
import { SignInForm } from './sign-in-form.tsx'
import { words } from './words.ts'

/** Where the person wanted to go: a path of ours, nothing else. */
const wanted = (): string => {
  const to = new URLSearchParams(location.search).get('to') ?? '/'
  return /^\/(?![/\\])[!-~]*$/.test(to) && !to.startsWith('/sign-in') ? to : '/'
}

const goOn = (): void => location.replace(wanted())

const Link = ({ title, url }: BrandLink): JSX.Element => (
  <a href={url} rel="noreferrer">
    {title[language.value]}
  </a>
)

const SignIn = (): JSX.Element => {
  const text = words()
  const look = brand.value
  const links = look === undefined ? [] : [...(look.help === null ? [] : [look.help]), ...look.legal]
  const notice = look?.notice ?? null
  return (
    <div class="sign-in">
      <main class="sign-in-card">
        <header class="sign-in-head">
          {look?.logo == null ? <p class="sign-in-brand">{brandName.value}</p> : <img class="sign-in-logo" src={look.logo} alt={brandName.value} />}
          <h1>{text.title}</h1>
          <p class="sign-in-lead">{text.lead}</p>
        </header>
        {notice === null ? null : (
          <section class="sign-in-notice" aria-label={text.notice}>
            {notice[language.value]}
          </section>
        )}
        <SignInForm login={null} onIn={goOn} />
      </main>
      <footer class="sign-in-foot">
        <button
          type="button"
          class="sign-in-language"
          lang={language.value === 'ja' ? 'en' : 'ja'}
          onClick={() => {
            chosenLanguage.value = language.value === 'ja' ? 'en' : 'ja'
          }}
        >
          {text.language}
        </button>
        {links.length === 0 ? null : (
          <nav class="sign-in-links" aria-label={text.links}>
            {links.map((link) => (
              <Link key={link.url} {...link} />
            ))}
          </nav>
        )}
      </footer>
    </div>
  )
}

const start = async (): Promise<void> => {
  void loadBrand()
  effect(() => {
    document.title = `${words().title} – ${brandName.value}`
  })
  // Who is signed in already, or can be without a word, has no business here.
  if ((await loadSession()) || (await resumeSession())) goOn()
}

startPage(SignIn)
void start().catch(() => undefined)
