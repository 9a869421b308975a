import type { JSX } from 'preact'

const Dock = (): JSX.Element => <section class="compose-dock" />

export default Dock
