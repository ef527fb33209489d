namespace Tapedeck.Conformance.WasmCore;

/// <summary>What a name of a script stands for: something that was made, or the outcome that everything shares which depends on it.</summary>
internal readonly record struct Slot<T>(T? Value, Outcome Missing) where T : class
{
    internal static Slot<T> Of(T value) => new(value, default);
    internal static Slot<T> Without(Outcome missing) => new(null, missing);

    internal Outcome Then(Func<T, Outcome> use) => Value is { } value ? use(value) : Missing;
    internal Slot<TNext> Select<TNext>(Func<T, Slot<TNext>> next) where TNext : class => Value is { } value ? next(value) : Slot<TNext>.Without(Missing);
}
