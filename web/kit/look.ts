/** How the page looks on this device: theme, size of type, language. Set on the root element, before the first drawing. */
import { effect, signal } from '@preact/signals'
import { language, languageOf, isLanguage, setLanguage, type Language } from './language.ts'
import { between, oneOf, remembered } from './remembered.ts'

export const themes = ['auto', 'light', 'dark'] as const
export const scaleMin = 1
export const scaleMax = 2

export const theme = remembered<(typeof themes)[number]>('theme', 'auto', oneOf(themes))
export const scale = remembered<number>('scale', 1, between(scaleMin, scaleMax))
/** Null: the browser's. */
export const chosenLanguage = remembered<Language | null>('language', null, (found) => (isLanguage(found) ? found : undefined))

/** What `auto` is at this moment. */
export const isDark = signal(false)

/** Of the window, in rem of the page: what fits beside each other shrinks as the type grows. */
export const widthRem = signal(80)

export const startLook = (): void => {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const systemDark = signal(dark.matches)
  dark.addEventListener('change', () => {
    systemDark.value = dark.matches
  })
  const root = document.documentElement
  effect(() => {
    isDark.value = theme.value === 'dark' || (theme.value === 'auto' && systemDark.value)
    root.dataset['theme'] = isDark.value ? 'dark' : 'light'
  })
  const measure = (): void => {
    widthRem.value = innerWidth / Number.parseFloat(getComputedStyle(root).fontSize)
  }
  effect(() => {
    root.style.setProperty('--scale', String(scale.value))
    measure()
  })
  addEventListener('resize', measure)
  effect(() => {
    const wanted = chosenLanguage.value ?? languageOf(navigator.languages)
    if (wanted !== language.peek() || root.lang !== wanted) setLanguage(wanted)
  })
}
