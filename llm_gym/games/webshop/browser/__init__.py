"""The shop's site in a real browser: Chromium, driven by Selenium."""
