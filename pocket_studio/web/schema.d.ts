// Written by scripts/write_types.py from pocket_studio/schema; do not edit.

export type Drum = string; // kick, snare, closed_hat, open_hat, ride, crash, tom
export type Genre = string; // any, electronic, rock, funk, jazz, blues, hiphop

export interface Hit {
  step: number; // 0 to 31
  drum: Drum;
  velocity: number; // 0.001 to 1
  microtiming: number; // -1 to 1
  ornament: "none" | "flam" | "drag";
}

export interface Hits {
  hits: Hit[];
  tempo_bpm: number; // 40 to 240
  swing: number; // 0.5 to 0.75
}

export interface KitChoice {
  program: number | null; // 0 to 127
  soundfont: string | null;
}

export interface MorphTo {
  to: number; // 0 to 3
  amount: number; // 0 to 1
}

export interface Reference {
  name: string;
  groove: Hits;
}

export interface RowFeelFields {
  offset_ms: number; // -30 to 30
  loudness: number; // 0 to 2
  looseness: number; // 0 to 1
}

export interface SectionFields {
  groove: Hits;
  repeats: number; // 1 to 8
  name: string;
}

export interface TakeFields {
  seed: number; // 0 to 2.14748e+09
  codes: (number | null)[] | null;
  details: (number | null)[] | null;
  kept: ([number, number] | null)[] | null;
}

export interface Project {
  template: Record<string, string>;
  genre: Genre;
  velocity_pattern: string | Record<string, string>;
  microtiming_pattern: string | Record<string, string>;
  keep_sketch: boolean;
  temperature: number; // 0.05 to 2
  guidance: number; // 0 to 4
  density: number | null; // 0 to 64
  humanity: number; // 0 to 1
  reference_notes: boolean;
  tempo_bpm: number; // 40 to 240
  locked_rows: Record<string, [number, number, number][]>;
  takes: TakeFields[];
  take: number; // 0 to 3
  locked_beats: number[];
  edits: [number, Drum, number, number][];
  ornaments: Record<string, string>;
  morph: MorphTo | null;
  reference: Reference | null;
  swing: number; // 0.5 to 0.75
  velocity_amount: number; // 0 to 1.3
  microtiming_amount: number; // 0 to 1.3
  row_feels: Record<string, RowFeelFields>;
  muted: Drum[];
  solo: Drum[];
  levels: Record<string, number>;
  kit: KitChoice | null;
  song: SectionFields[];
  checkpoint: string;
}

export interface MorphFields {
  to: TakeFields;
  amount: number; // 0 to 1
}

export interface GrooveRequest {
  template: Record<string, string>;
  genre: Genre;
  velocity_pattern: string | Record<string, string>;
  microtiming_pattern: string | Record<string, string>;
  keep_sketch: boolean;
  temperature: number; // 0.05 to 2
  guidance: number; // 0 to 4
  density: number | null; // 0 to 64
  humanity: number; // 0 to 1
  reference_notes: boolean;
  tempo_bpm: number; // 40 to 240
  locked_rows: Record<string, [number, number, number][]>;
  reference: Hits | null;
  morph: MorphFields | null;
  seed: number; // 0 to 2.14748e+09
  codes: (number | null)[] | null;
  details: (number | null)[] | null;
  kept: ([number, number] | null)[] | null;
}

export interface RenderRequest {
  groove: Hits;
  kit: number; // 0 to 127
  soundfont: string | null;
  levels: Record<string, number> | null;
  click: boolean;
}

export interface ExportRequest {
  groove: Hits | null;
  kind: "midi" | "wav" | "stems" | "png" | "svg";
  template: Record<string, string> | null;
  kit: number; // 0 to 127
  genre: Genre;
  seed: number | null; // 0 to 2.14748e+09
  repeats: number; // 1 to 8
  sections: SectionFields[] | null;
  soundfont: string | null;
  levels: Record<string, number> | null;
  lead: "none" | "pre_roll" | "count_in";
  note_map: Record<string, number> | null;
  tempo_bpm: number | null; // 40 to 240
  edits: [number, Drum, number, number][];
  layer: "template" | "notes" | "velocity" | "microtiming";
  timing_zoom: boolean;
  normalise: boolean;
}
