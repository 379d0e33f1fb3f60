// Says while it is typed whether the page's address can be had, and tells the browser's time zone.
const form = document.getElementById('sign-up')
const { business, slug, zone } = form.elements
const free = document.getElementById('slug-free')
const own = Intl.DateTimeFormat().resolvedOptions().timeZone
if (own) zone.value = own

let chosen = slug.value !== ''
let timer, asked

function use(value) {
  slug.value = value
  chosen = true
  ask()
}

async function ask() {
  asked?.abort()
  asked = new AbortController()
  const query = new URLSearchParams({ slug: chosen ? slug.value : '', business: business.value })
  if (query.get('slug') === '' && query.get('business') === '') return free.replaceChildren()
  try {
    const answer = await fetch(`/sign-up/address?${query}`, { signal: asked.signal })
    if (!answer.ok) return
    const { slug: name, message, suggestions } = await answer.json()
    if (!chosen) slug.value = name
    free.replaceChildren(message || (name && `${name} is free.`), ...suggestions.flatMap(s => {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'plain', textContent: s })
      button.addEventListener('click', () => use(s))
      return [' ', button]
    }))
  } catch (failure) {
    // A newer question replaced this one, or the line is down: the form says it all again when it is sent.
    if (failure.name !== 'AbortError') free.replaceChildren()
  }
}

const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 250) }
business.addEventListener('input', () => { if (!chosen) soon() })
slug.addEventListener('input', () => { chosen = slug.value !== ''; soon() })
