// Tests of Render.
