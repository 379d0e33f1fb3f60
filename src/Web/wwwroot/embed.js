// Puts the booking page into the page that carries this script, where the script stands.
(() => {
  const script = document.currentScript
  const desk = new URL(script.src).origin
  const frame = document.createElement('iframe')
  frame.src = `${desk}/embed`
  frame.title = script.dataset.title || 'Book an appointment'
  frame.style.cssText = 'display:block;width:100%;height:720px;border:0'
  addEventListener('message', message => {
    const height = message.data && message.data.backsoonHeight
    if (message.origin === desk && message.source === frame.contentWindow && height > 0) frame.style.height = `${Math.ceil(height)}px`
  })
  script.after(frame)
})()
