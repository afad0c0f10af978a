import { createTheme, type CSSVariablesResolver, Drawer, Menu, Modal, type MantineColorsTuple, NumberInput, SegmentedControl, Select, Switch, TextInput, Tooltip } from '@mantine/core';

const accent: MantineColorsTuple = Array.from({ length: 10 }, () => 'var(--cb-accent)') as unknown as MantineColorsTuple;

/** react-remove-scroll would add a style without a nonce; the frame never scrolls anyway. */
const SHEET = { lockScroll: false, transitionProps: { duration: 120, transition: 'fade' } } as const;

export const THEME = createTheme({
  fontFamily: "'Inter Variable', Inter, 'Segoe UI', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'SF Mono', 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '620' },
  colors: { accent },
  primaryColor: 'accent',
  defaultRadius: 7,
  cursorType: 'pointer',
  respectReducedMotion: true,
  autoContrast: false,
  focusRing: 'auto',
  components: {
    ModalRoot: Modal.Root.extend({ defaultProps: { ...SHEET, centered: true, radius: 10 } }),
    DrawerRoot: Drawer.Root.extend({ defaultProps: { ...SHEET, position: 'right', size: 460 } }),
    ModalOverlay: Modal.Overlay.extend({ defaultProps: { backgroundOpacity: 0.4 } }),
    DrawerOverlay: Drawer.Overlay.extend({ defaultProps: { backgroundOpacity: 0.25 } }),
    // Inside the page's landmarks, and without the placeholder that is no menu item.
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 120 }, radius: 8, withinPortal: false, withInitialFocusPlaceholder: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { transitionProps: { duration: 120 }, openDelay: 400 } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { transitionDuration: 0 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({ defaultProps: { size: 'sm' } }),
    Switch: Switch.extend({ defaultProps: { size: 'md' } }),
  },
});

const VARIABLES: Readonly<Record<string, string>> = {
  '--mantine-color-body': 'var(--cb-panel)',
  '--mantine-color-text': 'var(--cb-ink)',
  '--mantine-color-dimmed': 'var(--cb-ink3)',
  '--mantine-color-placeholder': 'var(--cb-ink3)',
  '--mantine-color-error': 'var(--cb-danger)',
  '--mantine-color-anchor': 'var(--cb-accent)',
  '--mantine-color-bright': 'var(--cb-ink)',
  '--mantine-color-default': 'var(--cb-panel)',
  '--mantine-color-default-hover': 'var(--cb-sunken)',
  '--mantine-color-default-color': 'var(--cb-ink)',
  '--mantine-color-default-border': 'var(--cb-line2)',
  '--mantine-color-accent-filled': 'var(--cb-accent)',
  '--mantine-color-accent-filled-hover': 'var(--cb-accent)',
  '--mantine-color-accent-light': 'var(--cb-accent-tint)',
  '--mantine-color-accent-light-hover': 'var(--cb-accent-tint)',
  '--mantine-color-accent-light-color': 'var(--cb-accent)',
  '--mantine-color-accent-outline': 'var(--cb-accent)',
  '--mantine-color-disabled': 'var(--cb-sunken)',
  '--mantine-color-disabled-color': 'var(--cb-ink3)',
};

/** Mantine's own names point at our tokens, which the scheme attribute switches. */
export const resolveVariables: CSSVariablesResolver = () => ({ variables: { ...VARIABLES }, light: { ...VARIABLES }, dark: { ...VARIABLES } });
