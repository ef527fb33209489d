namespace Tapedeck.Policy.Network;

/// <summary>What a rule of the network is about.</summary>
public enum NetworkProtocol
{
    Http,
    Tcp,
    Udp,
}
