import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressBuild } from "./compress-build.ts";

const target = `http://127.0.0.1:${process.env.ORRERY_API_PORT ?? "4000"}`;

// Everything the console needs is served by Orrery itself: no font, icon, map or script comes from elsewhere.
export default defineConfig({
  plugins: [react(), compressBuild()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Fonts and pictures stay files, so that a content security policy without `data:` for fonts holds.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 500,
    rolldownOptions: {
      output: {
        // Libraries change more rarely than screens: their own chunks stay in the browser's cache over a release.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
            {
              name: "tanstack",
              test: /node_modules\/@tanstack\/(?!react-table|table-core|react-virtual|virtual-core)/,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 4001,
    strictPort: true,
    // The host stays the console's own: the API refuses sign-ins that come from another origin.
    proxy: Object.fromEntries(
      ["/v1", "/docs", "/openapi.json", "/health", "/demo"].map((path) => [path, { target, changeOrigin: false }]),
    ),
  },
});
