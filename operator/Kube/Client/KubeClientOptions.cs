namespace Tapedeck.Kube.Client;

/// <summary>How a <see cref="KubeClient"/> behaves towards the server.</summary>
public sealed record KubeClientOptions
{
    /// <summary>Requests a second in the long run; more than 0. Default 50.</summary>
    public double QueriesPerSecond { get; init; } = 50;

    /// <summary>Requests at once after a pause; at least 1. Default 100.</summary>
    public int Burst { get; init; } = 100;

    /// <summary>How long a request may take, from being sent to the last byte of its answer; a watch has its own
    /// time. A third of it is for a connection, where one has to be made. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Who asks, for the server's audit log.</summary>
    public string UserAgent { get; init; } = "tapedeck";
}
