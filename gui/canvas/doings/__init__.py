"""What the canvas's actions do: functions of the canvas, one module a subject."""
