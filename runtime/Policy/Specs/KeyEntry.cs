namespace Tapedeck.Policy.Specs;

/// <summary>An entry of <c>environment.allow</c> or <c>config.allow</c>: a key with its value or where its value is.</summary>
public sealed record KeyEntry(string Name, KeySource Source)
{
    public override string ToString() => Text.Join([("name", Name), ("from", Source)]);
}
