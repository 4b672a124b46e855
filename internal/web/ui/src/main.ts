import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { speak } from './messages/index.svelte';

await speak();
mount(App, { target: document.getElementById('app')! });

// Without a secure address (https, or this machine itself) browsers have no
// workers: the pages work, and are not kept for times without a network.
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/worker.js');
}
