namespace Tarn.Units;

public readonly record struct Metre(double Value);
