using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>A line for each rule that a check considers, and how it fits the request.</summary>
internal delegate IEnumerable<string> RuleList(in HostRequest request, Grants grants);
