namespace Rpc.Connections;

/// <summary>The methods that a side serves, by id. Immutable.</summary>
internal sealed class ServiceTable
{
    internal readonly record struct Entry(RpcMethodDescriptor Method, ServiceBinding Service, AccessRule? Access, RateLimitSource? Limit);

    private readonly Entry[] _entries;
    private readonly int _mask;

    /// <exception cref="InvalidOperationException">A contract is there twice, two methods have the same id, or a policy or a rate limit is not known.</exception>
    public ServiceTable(IReadOnlyList<ServiceBinding> services, RpcConnectionOptions options)
    {
        Services = services;
        var count = services.Sum(static service => service.Contract.Methods.Count);
        var size = 4;
        while (size < count * 2)
        {
            size *= 2;
        }

        _entries = new Entry[size];
        _mask = size - 1;
        for (var i = 0; i < services.Count; i++)
        {
            services[i].Index = i;
            foreach (var method in services[i].Contract.Methods)
            {
                Add(new Entry(
                    method, services[i], AccessRule.Of(method, options), method.RateLimit is { } limit ? options.RateLimit.Find(limit, method) : null));
            }
        }
    }

    public IReadOnlyList<ServiceBinding> Services { get; }

    public bool TryFind(uint id, out Entry entry)
    {
        for (var index = (int)id & _mask; ; index = (index + 1) & _mask)
        {
            entry = _entries[index];
            if (entry.Method is null)
            {
                return false;
            }

            if (entry.Method.Id == id)
            {
                return true;
            }
        }
    }

    /// <summary>What a peer is told that called a method which is not here.</summary>
    public string Describe()
    {
        if (Services.Count == 0)
        {
            return "It serves no contract.";
        }

        return "It serves " + string.Join("; ", Services.Select(static service =>
            service.Contract.Name + " (" + string.Join(", ", service.Contract.Methods.Select(static method => method.Name)) + ")")) + ".";
    }

    private void Add(Entry entry)
    {
        if (TryFind(entry.Method.Id, out var other))
        {
            throw new InvalidOperationException(string.Equals(other.Method.FullName, entry.Method.FullName, StringComparison.Ordinal)
                ? $"The contract {entry.Method.ContractName} is served twice."
                : $"The methods {other.Method} and {entry.Method} have the same id {entry.Method.Id:x8}. Give one of them another name: [RpcMethod(Name = \"…\")].");
        }

        var index = (int)entry.Method.Id & _mask;
        while (_entries[index].Method is not null)
        {
            index = (index + 1) & _mask;
        }

        _entries[index] = entry;
    }
}
