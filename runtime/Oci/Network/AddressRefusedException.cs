namespace Tapedeck.Oci.Network;

/// <summary>Travels from the connect callback through HttpClient, which wraps it, to where it becomes an error.</summary>
internal sealed class AddressRefusedException(string host, string kind) : IOException($"{host} is {kind}")
{
    internal string Host { get; } = host;

    internal string Kind { get; } = kind;
}
