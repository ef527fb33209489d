namespace Tapedeck.Oci.Registries;

/// <summary>A token for a registry, until it has to be renewed. A class and not a record, so that nothing prints it.</summary>
internal sealed class Token(string value, DateTimeOffset renewAt)
{
    internal string Value { get; } = value;

    internal DateTimeOffset RenewAt { get; } = renewAt;
}
