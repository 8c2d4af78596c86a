# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: the ramure authors
"""Islands: streams of programs that know nothing of them, iperf and ffmpeg."""
import os
import re
import shutil

import pytest

from islands import Islands, wait_carried, wait_listeners
from netlab import poll

GROUP = "239.7.7.7"
RTP = (5004, 5005, 5006, 5007)  # Picture, sound, and RTCP of each.


def lost_and_total(server, after):
    """What an iperf server reports of its next client as a whole."""
    line = server.wait_for(lambda text: re.search(r" 0\.0000-2\.[89]\d* sec .*%\)", text)
                           or re.search(r" 0\.0000-3\.\d* sec .*%\)", text), after=after)
    return tuple(map(int, re.search(r"(\d+)/\s*(\d+) \(", line).groups()))


def test_iperf_across_islands_loses_nothing(lab):
    """At 100 Mbit/s (make soak, alone on the machine), else at 10.

    A receiver that gets no processor for a while loses some, whatever the network does: of three
    runs one has to be without a loss.
    """
    rate = "100M" if os.environ.get("RAMURE_SOAK_S") else "10M"
    world = Islands(lab, 3)
    gates = world.join(f"{GROUP}:5001")
    servers = [island.hosts[0].popen(["iperf", "-s", "-u", "-B", f"{GROUP}%eth0", "-i", "1"])
               for island in world.islands[1:]]
    for gate in gates:
        wait_carried(gate, f"{GROUP}:5001")
    for gate in gates[1:]:
        wait_listeners(gate, f"{GROUP}:5001")
    client = world.islands[0].hosts[0]
    client.ip(f"route add {GROUP} dev eth0")
    results = []
    for _ in range(3):
        before = [len(server.out) for server in servers]
        client.run(["iperf", "-c", GROUP, "-u", "-T", "1", "-b", rate, "-t", "3"])
        results.append([lost_and_total(*each) for each in zip(servers, before)])
        assert all(total > 1000 for _, total in results[-1])
        if not any(lost for lost, _ in results[-1]):
            return
    raise AssertionError(f"lost, of: {results}")


def ffmpeg(host, *arguments):
    return host.popen(["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "warning",
                       *arguments])


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="needs ffmpeg: apt-get install ffmpeg")
@pytest.mark.parametrize("rate", ["2M", "20M"])
def test_a_stream_of_ffmpeg_is_recorded_on_the_other_islands(lab, rate):
    """H.264 test picture and sound as RTP, described by SDP, decodes without an error."""
    world = Islands(lab, 3)
    groups = [f"{GROUP}:{port}" for port in RTP]
    for gate in world.join(*groups):
        for group in groups:
            wait_carried(gate, group)
    source, folder = world.islands[0].hosts[0], lab.directory.name
    source.ip(f"route add {GROUP} dev eth0")
    talk = os.path.join(folder, "talk.sdp")
    sending = ffmpeg(
        source, "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25,noise=alls=40:allf=t",
        "-f", "lavfi", "-i", "sine=frequency=440", "-t", "14",
        "-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency",
        "-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate, "-g", "12",
        "-f", "rtp", f"rtp://{GROUP}:{RTP[0]}?ttl=1&pkt_size=1400",
        "-map", "1:a", "-c:a", "aac", "-f", "rtp", f"rtp://{GROUP}:{RTP[2]}?ttl=1&pkt_size=1400",
        "-sdp_file", talk)
    poll(lambda: os.path.exists(talk) and os.path.getsize(talk) > 100, what="the description")
    files = []
    for island in world.islands[1:]:
        host = island.hosts[0]
        host.ip(f"route add {GROUP} dev eth0")
        files.append(os.path.join(folder, f"{host.name}.mkv"))
        host.recording = ffmpeg(host, "-protocol_whitelist", "file,udp,rtp", "-i", talk, "-t", "5",
                                "-c", "copy", files[-1])
    for island in world.islands[1:]:
        assert island.hosts[0].recording.wait_exit(30) == 0
    sending.stop()
    for file in files:
        check = source.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", file,
                            "-map", "0:v", "-f", "rawvideo", "/dev/null",
                            "-map", "0:a", "-af", "asetpts=N/SR/TB",  # As many as there are.
                            "-f", "s16le", "/dev/null"])
        assert check.stderr == ""
        seconds = source.run(["ffprobe", "-v", "error", "-show_entries", "format=duration:"
                              "stream=codec_name", "-of", "csv=p=0", file]).stdout
        assert "h264" in seconds and "aac" in seconds
        assert float(seconds.split()[-1]) > 3
