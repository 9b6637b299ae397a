namespace Feed.Contracts;

/// <summary>A price of a symbol.</summary>
/// <param name="Symbol">Which symbol.</param>
/// <param name="Replaced">How many earlier prices of the symbol were left out for this one.</param>
/// <param name="Number">Counts the prices of the symbol, from 1.</param>
/// <param name="Value">The price.</param>
public readonly record struct Price(int Symbol, int Replaced, long Number, double Value);
