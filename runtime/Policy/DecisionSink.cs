using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy;

/// <summary>Is told of every decision of a gate, on the thread that asked. <see cref="HostRequest.Capability"/> names the capability.</summary>
public delegate void DecisionSink(string tool, in HostRequest request, in Decision decision);
