import { defineConfig } from 'vitest/config';

// Without the plugins of vite.config.js, which are about the built page.
export default defineConfig({ test: { include: ['tests/**/*.test.js'], environment: 'node' } });
