package acceptance

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

// TestZstd: browsers get zstd, all others what they certainly read.
func TestZstd(t *testing.T) {
	t.Parallel()
	s := serve(t, demo(t), nil)
	const (
		many    = `{ administrativeNode(code: "533102") { disclosures(first: 100) { edges { node { title } } } } }`
		browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
		all     = "gzip, deflate, br, zstd"
	)
	for _, c := range []struct {
		name, accepts, agent, mode, site, want string
	}{
		{"a browser", all, browser, "cors", "same-origin", "zstd"},
		{"a browser at an address without TLS", all, browser, "", "", "zstd"},
		{"a browser without zstd", "gzip, deflate, br", browser, "cors", "same-origin", "gzip"},
		{"curl", "deflate, gzip, br, zstd", "curl/8.10.1", "", "", "gzip"},
		{"Node's fetch", all, "node", "cors", "", "gzip"},
		{"Node's fetch under a browser's name", all, browser, "cors", "", "gzip"},
		{"a program that wants zstd alone", "zstd", "node", "cors", "", ""},
		{"a program that wants nothing", "identity", "node", "", "", ""},
		{"a program without a name", all, "", "", "", "gzip"},
	} {
		headers := []string{"Accept-Encoding", c.accepts, "User-Agent", c.agent}
		if c.mode != "" {
			headers = append(headers, "Sec-Fetch-Mode", c.mode)
		}
		if c.site != "" {
			headers = append(headers, "Sec-Fetch-Site", c.site)
		}
		response, _ := s.got(t, "GET", many, "", headers...)
		if response.Header.Get("Content-Encoding") != c.want {
			t.Errorf("%s: %q, want %q", c.name, response.Header.Get("Content-Encoding"), c.want)
		}
		if varies := strings.Join(response.Header.Values("Vary"), ","); !strings.Contains(varies, "Accept-Encoding") ||
			c.want == "zstd" && !strings.Contains(varies, "User-Agent") {
			t.Errorf("%s: caches may give it to others: %q", c.name, varies)
		}
	}
	t.Run("Node", func(t *testing.T) {
		const script = `
			const read = async (address, agent, accepts) => {
				const headers = { "accept-encoding": accepts };
				if (agent) headers["user-agent"] = agent;
				const answer = await fetch(address, { headers });
				const text = await answer.text();
				return { from: address, agent, accepts, good: address.includes("/graphql") ? !!JSON.parse(text).data : text.includes("瑞丽") };
			};
			const found = [];
			for (const address of process.argv.slice(1))
				for (const agent of ["", ` + "`" + browser + "`" + `])
					for (const accepts of ["gzip, deflate, br, zstd", "zstd", "zstd;q=1, gzip;q=0.5", "*"])
						found.push(await read(address, agent, accepts).catch((fault) => ({ from: address, agent, accepts, fault: String(fault) })));
			console.log(JSON.stringify(found));`
		output, err := exec.Command("node", "--input-type=module", "--eval", script, "--",
			s.url+"/graphql?query="+url.QueryEscape(many), s.url+"/export/gaps.csv?code=533102").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		var found []struct {
			From, Agent, Accepts, Fault string
			Good                        bool
		}
		if err := json.Unmarshal(output, &found); err != nil || len(found) != 16 {
			t.Fatalf("%v: %s", err, output)
		}
		for _, one := range found {
			if !one.Good {
				t.Errorf("%+v", one)
			}
		}
	})
}
