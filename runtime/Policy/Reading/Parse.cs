namespace Tapedeck.Policy.Reading;

/// <summary>Reads a value from a text, or tells what was expected.</summary>
public delegate bool Parse<T>(string text, out T value, out string expected);
