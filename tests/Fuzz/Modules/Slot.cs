namespace Tapedeck.Fuzz.Modules;

/// <summary>A table slot that holds a function of a known type when the instance is new.</summary>
internal readonly record struct Slot(int Table, int Index, int TypeIndex);
